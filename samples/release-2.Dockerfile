FROM debian:bookworm
# The log of a debugging session came along …
COPY app/ /app/
# … and was removed one layer too late.
RUN rm /app/debug.log
ENV APP_VERSION=2
USER www-data
CMD ["/app/server"]
