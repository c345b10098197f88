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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Binding in a real application: its files, its arguments and its environment.
 */
@ExtendWith(OutputCaptureExtension.class)
class BindingInApplicationTests {

	private static final String YAML = """
			nats:
			  jetstream:
			    streams:
			      ORDER_EVENTS:
			        subjects: orders.>
			        max-age: 7d
			        consumers:
			          billing-v2: {ack-wait: 30s}
			  key-value: {user_profiles: {history: 5}}
			  object-store: {Invoices: {}}
			""";

	@TempDir
	Path directory;

	@Test
	void bindsFilesVariablesAndArgumentsToOneEntryEach() throws IOException {
		Map<String, Object> variables = Map.of("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d",
				"NATS_JETSTREAM_STREAMS_ORDEREVENTS_CONSUMERS_BILLINGV2_ACKWAIT", "5s",
				"NATS_KEYVALUE_USERPROFILES_TTL", "2d", "NATS_OBJECTSTORE_INVOICES_DESCRIPTION", "Bills");
		try (ConfigurableApplicationContext context = run(YAML, variables,
				"--nats.jetstream.streams.ORDER_EVENTS.max-bytes=1GB", "--nats.key-value.user_profiles.history=9")) {
			NatsProperties properties = context.getBean(NatsProperties.class);
			assertOneEntryEach(properties);
			assertOneEntryEach(NatsPropertiesBindHandlerAdvisor.bind(context.getEnvironment()));
		}
	}

	private static void assertOneEntryEach(NatsProperties properties) {
		assertThat(properties.getJetstream().getStreams()).containsOnlyKeys("ORDER_EVENTS");
		NatsStreamProperties stream = properties.getJetstream().getStreams().get("ORDER_EVENTS");
		assertThat(stream.getSubjects()).containsExactly("orders.>");
		assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(1));
		assertThat(stream.getMaxBytes()).hasToString("1073741824B");
		assertThat(stream.getConsumers()).containsOnlyKeys("billing-v2");
		assertThat(stream.getConsumers().get("billing-v2").getAckWait()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getKeyValue()).containsOnlyKeys("user_profiles");
		assertThat(properties.getKeyValue().get("user_profiles").getHistory()).isEqualTo(9);
		assertThat(properties.getKeyValue().get("user_profiles").getTtl()).isEqualTo(Duration.ofDays(2));
		assertThat(properties.getObjectStore()).containsOnlyKeys("Invoices");
		assertThat(properties.getObjectStore().get("Invoices").getDescription()).isEqualTo("Bills");
	}

	@Test
	void saysWhichSpellingsMeanOneEntry(CapturedOutput output) {
		String yaml = YAML + "---\nnats.key-value.USER_PROFILES.ttl: 1d\n";
		assertThatException().isThrownBy(() -> run(yaml, Map.of()));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("nats.key-value.user_profiles")
			.contains("nats.key-value.USER_PROFILES")
			.contains("application.yml")
			.contains("Spell it the same in both places.");
	}

	@Test
	void saysThatAnEntryOfVariablesNeedsAName(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(YAML, Map.of("NATS_KEYVALUE_SESSIONS_TTL", "1d")));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("nats.key-value.sessions: is written in environment variables only")
			.contains("_SESSIONS_NAME");
	}

	private ConfigurableApplicationContext run(String yaml, Map<String, Object> variables, String... arguments)
			throws IOException {
		Files.writeString(this.directory.resolve("application.yml"), yaml);
		SpringApplication application = new SpringApplicationBuilder(TestConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("spring.config.location=" + this.directory.toUri())
			.environment(environment(variables))
			.build();
		return application.run(arguments);
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		return new StandardEnvironment() {

			@Override
			protected void customizePropertySources(MutablePropertySources propertySources) {
				super.customizePropertySources(propertySources);
				propertySources.replace(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(NatsProperties.class)
	static class TestConfiguration {

		@Bean
		static NatsPropertiesBindHandlerAdvisor natsPropertiesBindHandlerAdvisor() {
			return new NatsPropertiesBindHandlerAdvisor();
		}

	}

}
