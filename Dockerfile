# The worker in an image of its own: docker build -t streamworker .
#   docker run -v $PWD/config:/etc/streamworker:ro -v state:/var/lib/streamworker -p 6066:6066 \
#     streamworker run -c /etc/streamworker/classifieds.yaml
FROM debian:trixie-slim AS build
WORKDIR /src
# The packages first: they change less often than the sources.
COPY deploy/install-deps.sh deploy/
RUN deploy/install-deps.sh build
COPY CMakeLists.txt CMakePresets.json ./
COPY src src
COPY tests/CMakeLists.txt tests/
COPY tests/unit/main.cc tests/unit/catch.h tests/unit/
RUN cmake --preset release && cmake --build --preset release --target streamworker
# What the executable loads, as names of packages: the second stage installs these and no more.
RUN mkdir /image && cp build/release/streamworker /image/ \
  && ldd /image/streamworker | awk '$3 ~ /^\// {print $3}' | xargs -n 1 realpath | sed 's|^/usr||' \
  | while read -r library; do dpkg-query -S "*$library" | cut -d : -f 1; done \
  | sort -u > /image/packages

FROM debian:trixie-slim
COPY --from=build /image/packages /tmp/packages
RUN apt-get update -q \
  && xargs apt-get install -q -y --no-install-recommends ca-certificates tzdata < /tmp/packages \
  && rm -rf /var/lib/apt/lists/* /tmp/packages \
  && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin streamworker \
  && install -d -o streamworker -g streamworker /var/lib/streamworker
COPY --from=build /image/streamworker /usr/local/bin/streamworker
USER 10001
WORKDIR /var/lib/streamworker
VOLUME /var/lib/streamworker
EXPOSE 6066
STOPSIGNAL SIGTERM
ENTRYPOINT ["streamworker"]
CMD ["--help"]
