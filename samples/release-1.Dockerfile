FROM debian:bookworm
COPY app/ /app/
ENV APP_VERSION=1
CMD ["/app/server"]
