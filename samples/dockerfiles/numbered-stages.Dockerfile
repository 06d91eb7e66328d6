FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /out/app .
FROM debian:bookworm
RUN apt-get update && apt-get install -y ca-certificates
COPY --from=0 /out/app /app
