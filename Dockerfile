# Ballast in an image of its own:
#   docker build -t ballast .
#   docker run --rm -v "$PWD:/work:ro" ballast check app.tar
# What both stages stand on is pinned by digest; another one: --build-arg NODE_IMAGE=registry.example/node:22@sha256:…
ARG NODE_IMAGE=docker.io/library/node:22-bookworm-slim@sha256:83f487e0a63425e5b4d146fb5e5be574bcbe1b7b843d3ebafdd95eaf7767a7e5

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# Exactly what the package on npm holds, less its documentation, beside the modules that it needs.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && mkdir -p /out/opt /out/work \
  && npm pack --ignore-scripts --pack-destination /tmp \
  && tar -xzf /tmp/ballast-*.tgz -C /out/opt --exclude='package/docs' --exclude='package/samples' --exclude='*.d.ts' \
  && mv /out/opt/package /out/opt/ballast \
  && cp -R node_modules /out/opt/ballast/node_modules
# The same sources make the same layer: all times are this one.
ARG SOURCE_DATE_EPOCH=0
RUN find /out -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${NODE_IMAGE}
COPY --from=build /out/ /
WORKDIR /work
ENV NODE_ENV=production XDG_CACHE_HOME=/tmp/cache
USER 65534:65534
ENTRYPOINT ["node", "/opt/ballast/dist/src/cli.cjs"]
CMD ["--help"]
