FROM maven:3.9
WORKDIR /src
COPY . .
RUN mvn -q compile
CMD ["mvn", "exec:java"]
