FROM debian:bookworm
RUN curl -fsSL -o /tmp/go.tgz https://example.com/go.tgz \
    && tar -C /usr/local -xzf /tmp/go.tgz
