FROM debian:bookworm
RUN curl -o /opt/sdk.tar https://example.com/sdk.tar && tar -xf /opt/sdk.tar -C /opt
ENV SDK=/opt
RUN rm -f /opt/sdk.tar
