package example.peaks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import example.units.Lengths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

public class Peaks {
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(8111), 0);
        server.createContext("/", http -> answer(http, "Eiger " + Lengths.feet(3967) + " feet"));
        server.createContext("/healthz", http -> answer(http, "ok"));
        server.start();
    }

    private static void answer(HttpExchange http, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(200, body.length);
        http.getResponseBody().write(body);
        http.close();
    }
}
