# The stand-in's command line tools look for the server's cookie in root's home; the
# public image's HOME is where it lies.
FROM rabbitmq:4-management-alpine
ENV HOME=/var/lib/rabbitmq
