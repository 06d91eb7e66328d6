FROM nginx:1.27
COPY . /srv
RUN gzip-all /srv/dist
COPY dist/ /srv/dist/
