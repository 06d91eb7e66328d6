FROM ruby:3.3
COPY . /app
RUN chown -R 1000:1000 /app
USER 1000
CMD ["ruby", "/app/app.rb"]
