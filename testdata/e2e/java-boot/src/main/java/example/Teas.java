package example;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Teas {
    public static void main(String[] args) {
        SpringApplication.run(Teas.class, args);
    }

    @GetMapping("/teas")
    public List<String> teas() {
        return List.of("assam", "sencha");
    }
}
