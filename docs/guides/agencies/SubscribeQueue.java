// Read your queue in Java 17 with RabbitMQ's amqp-client: `AMQP_URI=amqps://… QUEUE=… java SubscribeQueue`. See queue.md.

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

public final class SubscribeQueue {
    private static final Path ASIDE = Path.of(System.getenv().getOrDefault("ASIDE", "aside.jsonl"));

    public static void main(String[] words) throws Exception {
        var factory = factory(new URI(System.getenv("AMQP_URI")));
        while (true) {
            try (var connection = factory.newConnection(); var channel = connection.createChannel()) {
                channel.basicQos(50);
                var ended = new CountDownLatch(1);
                channel.addShutdownListener(cause -> ended.countDown());
                channel.basicConsume(System.getenv("QUEUE"), false, (tag, delivery) -> {
                    if ("application/jose".equals(delivery.getProperties().getContentType())) {
                        throw new IllegalStateException("Encrypted: decrypt it with a JWE library, or read the feed.");
                    }
                    hear(new String(delivery.getBody(), StandardCharsets.UTF_8));
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                }, tag -> ended.countDown());
                ended.await();
            } catch (IOException | TimeoutException | ShutdownSignalException error) {
                System.out.println("Away (" + error.getClass().getSimpleName() + "); coming again.");
            }
            Thread.sleep(2000); // also if the queue was emptied: the feed has its events
        }
    }

    /** Process an event. An exception from here closes the channel, and the message is redelivered. */
    private static void hear(String body) throws IOException {
        CasepathAgency.Event event;
        try {
            event = (CasepathAgency.Event) CasepathAgency.Json.read(body);
        } catch (RuntimeException error) { // a message that your program cannot process, now or later
            Files.writeString(ASIDE, body + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return;
        }
        System.out.println(event.json()); // process the event here
    }

    private static ConnectionFactory factory(URI uri) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(false); // the loop connects again
        if (uri.getScheme().equals("amqps")) {
            // By itself, the library accepts every certificate. This verifies the certificate and its name.
            factory.useSslProtocol(SSLContext.getDefault());
            factory.setSocketConfigurator(socket -> {
                var parameters = ((SSLSocket) socket).getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                ((SSLSocket) socket).setSSLParameters(parameters);
            });
        }
        return factory;
    }
}
