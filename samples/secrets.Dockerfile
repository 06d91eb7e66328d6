# One secret in each place an image can leak it from. All are random characters; none was ever valid.
FROM debian:bookworm
ENV PAYMENT_API_KEY=…
ARG BUILD_TOKEN
RUN curl -H "Authorization: Bearer $BUILD_TOKEN" https://ci.internal/artifact > /opt/artifact
RUN curl -u deploy:… https://files.internal/data > /opt/data
# A password in a configuration file, and a private key.
COPY secrets/ /etc/app/
COPY netrc /root/.netrc
# Deleted, and still in the layer above.
RUN rm /root/.netrc
# Overwritten, and still two layers above that.
COPY settings.ini /etc/app/settings.ini
CMD ["bash"]
