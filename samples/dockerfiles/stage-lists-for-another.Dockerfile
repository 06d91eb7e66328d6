FROM debian:bookworm AS base
RUN apt-get update
FROM base AS tests
RUN apt-get install -y git
FROM base
RUN echo done > /done
