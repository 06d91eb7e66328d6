# docker buildx build --platform linux/amd64,linux/arm64/v8 --output type=oci,dest=platforms.tar,compression=…
FROM debian:bookworm
RUN install-docs
COPY config /etc/tool.conf
CMD ["/usr/bin/tool"]
