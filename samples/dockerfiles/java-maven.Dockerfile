FROM maven:3.9
WORKDIR /src
COPY pom.xml .
COPY src src
RUN mvn -q package
CMD ["java", "-jar", "/src/target/app.jar"]
