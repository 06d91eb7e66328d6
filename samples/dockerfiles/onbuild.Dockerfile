FROM node:20 AS base
ONBUILD COPY package.json /app/
ONBUILD RUN npm --prefix /app ci
FROM base
RUN npm cache verify
