# One image for worker, API and the migration; which of them it is, the command says.

# Built with everything that only building needs: all workers of a release run the same bundle, all browsers get the same console.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:22-slim

# Certificate authorities: the Temporal client checks a TLS server against the system's.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app

# Packages first: they change more rarely than the code, and are then taken from the cache.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

COPY . .
COPY --from=build /app/build build

# Outside the container's writable layer: the API keeps its signing key in the one, workers theirs in the other.
RUN mkdir /data /keys /root-keys && chown node:node /data /keys /root-keys
VOLUME /data

# tsx keeps what it has compiled in the temporary folder; nothing else is written below /app.
USER node
ENV NODE_ENV=production \
  BIND=0.0.0.0 \
  DATA_DIR=/data \
  FUGONG_MODE=live \
  WORKFLOW_BUNDLE=/app/build/workflow-bundle.js

EXPOSE 3000
# Without a shell or npm in between: the process itself gets the signal to stop, and drains.
CMD ["node", "--import", "tsx", "api/main.ts"]
