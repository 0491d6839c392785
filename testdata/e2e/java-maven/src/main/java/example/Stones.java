package example;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

public class Stones {
    private static final Gson JSON = new Gson();

    record Stone(String name, int hardness) {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", http -> answer(http, List.of(new Stone("granite", 6), new Stone("chalk", 3))));
        server.createContext("/health", http -> answer(http, "ok"));
        server.start();
        System.out.println("listening on " + port);
    }

    private static void answer(HttpExchange http, Object what) throws IOException {
        byte[] body = JSON.toJson(what).getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(200, body.length);
        http.getResponseBody().write(body);
        http.close();
    }
}
