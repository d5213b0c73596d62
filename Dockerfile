# The image of Candor: the program in a few files, the runtime with the libraries that it loads, and
# nothing else. No shell, no package manager, no packages; it runs as a user without rights, on a file
# system that may be read-only. What it was made of: /app/dist/sbom.cdx.json.
#
#   docker build -t candor .
#   docker run -v ./candor.yaml:/etc/candor/candor.yaml:ro -v candor:/data -p 8080:8080 candor
#
# In the settings, listen on 0.0.0.0:8080: a container's loopback is reached by nobody else.

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: they fetch the runtime that a checkout pins, and this image brings its own.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build.ts scripts/
COPY src src
RUN npm run build --ignore-scripts \
 && find dist -name '*.map' -delete
# What V8 makes of it, for the user that will run it: a sixth of a start.
COPY templates templates
RUN mkdir -p cache && chown 1000:1000 cache
USER 1000:1000
RUN NODE_COMPILE_CACHE=/app/cache \
    node dist/main.js run --upstream http://127.0.0.1:9 --listen 127.0.0.1:0 --ops 127.0.0.1:0 & \
    sleep 3; kill $!; wait $!
USER 0:0
# What the final image consists of, besides the program.
RUN for file in /usr/local/bin/node $(ldd /usr/local/bin/node | grep -o '/[^ ]*'); do \
      install -D "$file" "/root-of-image$file"; \
    done \
 && mkdir -p /root-of-image/etc /root-of-image/data \
 && echo 'node:x:1000:1000::/data:/usr/sbin/nologin' > /root-of-image/etc/passwd \
 && echo 'node:x:1000:' > /root-of-image/etc/group \
 && chown 1000:1000 /root-of-image/data

FROM scratch
LABEL org.opencontainers.image.title="Candor" \
      org.opencontainers.image.description="A reverse proxy that tells the truth about an outage" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /root-of-image /
WORKDIR /app
COPY --from=build /app/dist dist
COPY --from=build --chown=1000:1000 /app/cache cache
COPY package.json ./
COPY templates templates
# A volume on /data keeps incidents: `store: /data/candor.sqlite`.
USER node
# Asked from inside. Change it with the settings: another port, or the ops listener's /healthz.
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/cache \
    PATH=/usr/local/bin \
    CANDOR_HEALTH_URL=http://127.0.0.1:8080/_candor/healthz
EXPOSE 8080 9901
STOPSIGNAL SIGTERM
# 200 whenever the gateway serves, in an outage of what is behind it as well.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(process.env.CANDOR_HEALTH_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run", "--config", "/etc/candor/candor.yaml"]
