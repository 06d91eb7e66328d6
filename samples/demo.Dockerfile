# The image `npm start` opens. Built the way many are; every line below costs something.
FROM debian:bookworm
ENV NODE_ENV=production
# A password in ENV: readable by whoever can pull the image.
ENV DATABASE_URL=postgres://app:…@db.internal:5432/shop
# Package lists, downloaded .deb files, locales and byte code stay in this layer for good.
RUN apt-get update && apt-get install -y python3 curl
# Copies .env, .git, a private key and a 120 kB model that nobody needs.
COPY . /app
# A build argument is recorded in the history of every RUN that follows it; npm's cache stays as well.
ARG NPM_TOKEN
RUN echo //registry.internal/:_authToken=$NPM_TOKEN > /root/.npmrc && npm ci
# Hides the files, and saves nothing: they lie in the layers below, secrets included.
RUN rm -f /root/.npmrc /root/.ssh/id_ed25519 /app/.env /app/model.bin
# Stores every file once more for one permission bit.
RUN chmod -R g+w /app
# An opaque whiteout.
RUN rm -rf /usr/share/doc && mkdir /usr/share/doc
# Twenty-four whiteouts.
RUN find /var/lib/apt/lists -type f -delete
# The same file again, unchanged; and one that replaces what was built before.
COPY package.json /app/
COPY dist/ /app/dist/
WORKDIR /app
CMD ["node" "/app/server.js"]
