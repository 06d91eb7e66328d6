FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -ldflags "-X main.v=$(git describe)" -o /app .
