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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of the page on metrics is what an application registers, and its properties
 * work.
 */
class MetricsPageIntegrationTests extends AbstractListenerIntegrationTests {

	private static final String PAGE = "metrics.md";

	private static final Pattern ROW = Pattern.compile("^\\| `(nats\\.[a-z.]+)` \\| (\\w+)[^|]* \\| ([^|]*) \\|",
			Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void theTableIsWhatIsRegistered() {
		this.contextRunner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, NatsMetricsAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues(declaredStream())
			.withPropertyValues("nats.key-value.%s-bucket.history=1".formatted(this.stream))
			.withUserConfiguration(Listeners.class)
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.run((context) -> {
				Set<String> registered = context.getBean(MeterRegistry.class)
					.getMeters()
					.stream()
					.filter((meter) -> meter.getId().getName().startsWith("nats."))
					.map(MetricsPageIntegrationTests::row)
					.collect(Collectors.toCollection(TreeSet::new));
				assertThat(written()).isEqualTo(registered);
				assertThat(context.getBean(NatsProperties.class).getMetrics().getLagInterval())
					.isEqualTo(Duration.ofSeconds(5));
			});
	}

	@Test
	void everyOutcomeAndOperationIsExplained() {
		String page = Pages.text(PAGE);
		Stream
			.of(io.github.natsspring.listener.ListenerStatistics.Outcome.values(),
					io.github.natsspring.core.PublishStatistics.Outcome.values(),
					io.github.natsspring.core.PublishStatistics.Operation.values())
			.flatMap(Stream::of)
			.forEach((value) -> assertThat(page)
				.contains("`" + value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "`"));
	}

	private static String row(Meter meter) {
		String type = switch (meter.getId().getType()) {
			case COUNTER -> "counter";
			case GAUGE -> "gauge";
			default -> "timer";
		};
		List<String> tags = meter.getId().getTags().stream().map((tag) -> tag.getKey()).sorted().toList();
		return meter.getId().getName() + " " + type + " " + tags;
	}

	private static Set<String> written() {
		Set<String> rows = new TreeSet<>();
		Matcher row = ROW.matcher(Pages.text(PAGE));
		while (row.find()) {
			List<String> tags = CODE.matcher(row.group(3)).results().map((code) -> code.group(1)).sorted().toList();
			rows.add(row.group(1) + " " + row.group(2) + " " + tags);
		}
		return rows;
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@NatsListener(id = "worker", stream = "${test}", consumer = "worker", subjects = "${test}.*")
		void handle(String payload) {
		}

		@NatsListener(id = "core", subjects = "${test}-core")
		void core(String payload) {
		}

		@NatsKeyValueListener(id = "watch", bucket = "${test}-bucket")
		void changed(String value) {
		}

	}

}
