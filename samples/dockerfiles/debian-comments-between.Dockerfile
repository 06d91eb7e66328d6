FROM debian:bookworm
RUN set -eux; \
    apt-get update; \
    # what the entrypoint needs
    apt-get install -y --no-install-recommends \
        curl \
# and this
        gosu \
    ; \
    gosu nobody true
