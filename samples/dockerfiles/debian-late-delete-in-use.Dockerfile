FROM debian:bookworm
RUN fetch /opt/sdk
RUN make -C /srv
RUN rm -rf /opt/sdk
