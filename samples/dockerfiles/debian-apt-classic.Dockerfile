FROM debian:bookworm
MAINTAINER someone
RUN apt-get update && apt-get install -y nginx
EXPOSE 80
CMD ["nginx"]
