#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checksum.h"

#define DEFAULT_PORT 7080

static void stop(int sig)
{
    (void)sig;
    _exit(0);
}

static void answer(int client)
{
    char request[2048], body[256], head[256];
    ssize_t n = read(client, request, sizeof request - 1);

    if (n > 0) {
        request[n] = 0;
        if (strncmp(request, "GET /healthz ", 13) == 0)
            snprintf(body, sizeof body, "ok\n");
        else
            snprintf(body, sizeof body, "lantern %08lx\n", checksum("lantern"));
        int len = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", strlen(body));
        if (write(client, head, len) < 0 || write(client, body, strlen(body)) < 0)
            perror("write");
    }
    close(client);
}

int main(void)
{
    const char *given = getenv("PORT");
    int port = given ? atoi(given) : DEFAULT_PORT;
    int yes = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY), .sin_port = htons(port)};

    signal(SIGTERM, stop);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s, (struct sockaddr *)&here, sizeof here) || listen(s, 64)) {
        perror("listen");
        return 1;
    }
    printf("listening on %d\n", port);
    fflush(stdout);
    for (;;) {
        int client = accept(s, NULL, NULL);
        if (client >= 0)
            answer(client);
    }
}
