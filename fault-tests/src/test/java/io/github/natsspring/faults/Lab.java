/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.test.ApplicationProcess;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * A stream with a consumer, an application that publishes to it, and those that listen.
 */
final class Lab implements AutoCloseable {

	private static final Duration LONG = Duration.ofSeconds(60);

	private final String stream = "F" + UUID.randomUUID().toString().replace("-", "");

	private final Account account = new Account();

	private final List<AutoCloseable> open = new ArrayList<>();

	private final List<String> properties = new ArrayList<>();

	private final String servers;

	private @Nullable ConfigurableApplicationContext publisher;

	/**
	 * A laboratory.
	 * @param servers the addresses for those that publish and manage
	 * @param properties of all applications, with {@code $stream} for the stream's key
	 * and {@code $consumer} for the consumer's
	 */
	Lab(String servers, String... properties) {
		this.servers = servers;
		this.properties.add("spring.main.banner-mode=off");
		this.properties.add("faults.stream=" + this.stream);
		this.properties.add("$stream.subjects=%s.>".formatted(this.stream));
		this.properties.add("$consumer.filter-subjects=%s.>".formatted(this.stream));
		this.properties.addAll(List.of(properties));
	}

	/**
	 * The application that publishes, started at the first call.
	 */
	ConfigurableApplicationContext publisher() {
		if (this.publisher == null) {
			this.publisher = start(this.servers, null);
		}
		return this.publisher;
	}

	JetStreamTemplate template() {
		return publisher().getBean(JetStreamTemplate.class);
	}

	JetStreamManagement management() {
		return publisher().getBean(JetStreamManagement.class);
	}

	/**
	 * Publish from now on, at a steady pace.
	 */
	Publisher publish(int perSecond) {
		Publisher started = new Publisher(template(), subject(), this.account.ledger(), perSecond);
		this.open.add(started);
		return started;
	}

	/**
	 * Publish messages, each until it is confirmed.
	 */
	void publish(int from, int to) {
		for (int number = from; number < to; number++) {
			String id = String.valueOf(number);
			this.account.ledger().sending(id);
			template().publish(subject(), Payloads.of(id), (options) -> options.messageId(id));
			this.account.ledger().ok(id);
		}
	}

	/**
	 * Start an application that listens, in this JVM.
	 */
	ConfigurableApplicationContext listen(Handler handler, String... properties) {
		return start(this.servers, handler, properties);
	}

	ConfigurableApplicationContext listenAt(String servers, Handler handler, String... properties) {
		return start(servers, handler, properties);
	}

	private ConfigurableApplicationContext start(String servers, @Nullable Handler handler, String... properties) {
		return run(servers, (context) -> {
			if (handler != null) {
				context.registerBean("testWorker", Worker.class, () -> new Worker(handler));
			}
		}, properties);
	}

	/**
	 * Start an application with beans of its own, in this JVM.
	 */
	ConfigurableApplicationContext run(Consumer<GenericApplicationContext> beans, String... properties) {
		return run(this.servers, beans, properties);
	}

	private ConfigurableApplicationContext run(String servers, Consumer<GenericApplicationContext> beans,
			String... properties) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(FaultApplication.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.logStartupInfo(false)
			.initializers((application) -> beans.accept((GenericApplicationContext) application))
			.run(arguments(servers, properties));
		this.open.add(context);
		return context;
	}

	/**
	 * What the user is told when the application does not start.
	 */
	FailureAnalysis refusal(String... properties) {
		Throwable failure = catchThrowable(() -> listen(this.account, properties));
		assertThat(failure).isNotNull();
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
						.and(Environment.class, new StandardEnvironment()),
					FailureHandler.handleMessage((message, ex) -> {
					}))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No analysis", failure));
	}

	/**
	 * Start an application that listens, in a JVM of its own.
	 */
	ApplicationProcess process(String... properties) {
		ApplicationProcess process = launch(properties);
		process.awaitOutput("Started FaultApplication", LONG);
		return process;
	}

	/**
	 * Start an application that may end before it is ready.
	 */
	ApplicationProcess launch(String... properties) {
		return launch(Map.of(), 256, properties);
	}

	ApplicationProcess launch(Map<String, String> environment, int megabytes, String... properties) {
		ApplicationProcess.Builder builder = ApplicationProcess.builder(FaultApplication.class);
		environment.forEach(builder::environment);
		ApplicationProcess process = builder
			.jvmOptions("-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Xmx%dm".formatted(megabytes))
			.args(arguments(this.servers, properties))
			.args("--faults.file=" + this.account.file())
			.start();
		this.open.add(process);
		return process;
	}

	private String[] arguments(String servers, String... properties) {
		List<String> all = new ArrayList<>(this.properties);
		all.add("nats.servers=" + servers);
		all.addAll(List.of(properties));
		String key = "nats.jetstream.streams." + this.stream;
		// Arguments of the same name would become a list
		Map<String, String> arguments = new LinkedHashMap<>();
		for (String property : all) {
			String[] parts = property.split("=", 2);
			arguments.put(parts[0].replace("$stream", key).replace("$consumer", key + ".consumers.worker"), parts[1]);
		}
		return arguments.entrySet()
			.stream()
			.map((argument) -> "--" + argument.getKey() + "=" + argument.getValue())
			.toArray(String[]::new);
	}

	String stream() {
		return this.stream;
	}

	String subject() {
		return this.stream + ".m";
	}

	Account account() {
		return this.account;
	}

	ConsumerInfo consumer() throws IOException, JetStreamApiException {
		return management().getConsumerInfo(this.stream, "worker");
	}

	long messages(String stream) throws IOException, JetStreamApiException {
		return management().getStreamInfo(stream).getStreamState().getMsgCount();
	}

	/**
	 * How many dead letters there are.
	 */
	long letters() throws IOException, JetStreamApiException {
		return messages(this.stream + "_DLQ");
	}

	/**
	 * Wait until everything that was confirmed is handled, and everything that is stored
	 * is settled.
	 */
	void awaitAll() {
		await().atMost(LONG).until(() -> this.account.hasSeenAll(this.account.ledger().ok()));
		awaitSettled();
	}

	/**
	 * Wait until everything that is stored is settled.
	 */
	void awaitSettled() {
		await().atMost(LONG).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(() -> {
			ConsumerInfo info = consumer();
			return info.getNumAckPending() == 0 && info.getNumPending() == 0;
		});
	}

	static ContainerStatus status(ApplicationContext context) {
		var container = context.getBean(NatsListenerEndpointRegistry.class).getListenerContainer("worker");
		assertThat(container).isNotNull();
		return container.getStatus();
	}

	static void awaitState(ApplicationContext context, ContainerStatus.State state) {
		await().atMost(LONG).until(() -> status(context).state() == state);
	}

	static Status health(ApplicationContext context) {
		return context.getBean("natsHealthContributor", HealthIndicator.class).health().getStatus();
	}

	static void awaitHealth(ApplicationContext context, Status status) {
		await().atMost(LONG).until(() -> health(context).equals(status));
	}

	static Connection connection(ApplicationContext context) {
		return context.getBean(Connection.class);
	}

	@Override
	public void close() throws Exception {
		// The listeners first, which were started last
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
		this.account.close();
	}

}
