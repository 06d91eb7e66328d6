ARG DEBIAN=bookworm
ARG VARIANT=-slim
FROM debian:${DEBIAN}${VARIANT} AS base
ARG TOOLS="curl git"
RUN apt-get update && apt-get install -y ${TOOLS}
