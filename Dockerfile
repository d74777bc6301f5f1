# What todo5 is run from: everything is made beforehand by `todo5 image build`, so that nothing is run, fetched or compiled
# in here, for whatever platform. The context has node_modules/ (for the platform), app/ (the package) and data/ (empty).
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE}

ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="todo5" \
      org.opencontainers.image.description="Tasks that repeat and remind: a command line and five services." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"

# What changes rarely comes first.
COPY node_modules /app/node_modules
COPY app /app
# The user `node` of the base; whoever runs it under another number gives /data to that one.
COPY --chown=1000:1000 data /data

ENV NODE_ENV=production \
    PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOST=0.0.0.0 \
    TODO5_HOME=/data
WORKDIR /app
USER 1000:1000
VOLUME /data
# Of `all`.
EXPOSE 8636
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/container.js"]
CMD ["all"]
