# Every cause of waste and every kind of removal, one a layer.
FROM scratch
ADD rootfs.tar /
RUN rm /data/removed
RUN make overwritten
RUN chmod 600 /data/metadata
RUN cp -p identical /data/
# Saves nothing, and wastes nothing: /data/linked-too still names the same content.
RUN rm /data/linked
RUN rm -r /data/directory
RUN rm -r /data/opaque && mkdir /data/opaque && touch /data/opaque/new
RUN rm /data/becomes-directory && mkdir /data/becomes-directory
RUN rm /data/comes-back
RUN restore /data/comes-back
