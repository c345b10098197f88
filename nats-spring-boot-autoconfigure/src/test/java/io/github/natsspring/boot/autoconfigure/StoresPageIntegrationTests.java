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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.natsspring.store.KeyExistsException;
import io.github.natsspring.store.KeyValueOperations;
import io.github.natsspring.store.KeyValueRevision;
import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.ObjectDownload;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectMeta;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Runs what the page on stores shows, and injects templates in other ways.
 */
@Timeout(60)
class StoresPageIntegrationTests {

	private static final String PAGE = "stores.md";

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.strict=true");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		List<String> source = Pages
			.words(String.join(" ", Pages.source(StoresPageIntegrationTests.class)).replace("static class", "class"));
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(4);
		for (String block : blocks) {
			List<String> words = Pages.words(block.replaceAll(" // .*", ""));
			assertThat(Collections.indexOfSubList(source, words)).as(block).isNotNegative();
		}
	}

	@Test
	void keepsValuesAndObjects(@TempDir Path directory) {
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
		withPage().withUserConfiguration(Profiles.class, Invoices.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Profiles profiles = context.getBean(Profiles.class);
			profiles.register("7", new Profile("Ada", 36));
			assertThatExceptionOfType(KeyExistsException.class)
				.isThrownBy(() -> profiles.register("7", new Profile("Eve", 1)));
			assertThat(profiles.birthday("7")).isEqualTo(new Profile("Ada", 37));
			assertThat(profiles.rename("7", "Augusta")).isTrue();
			assertThat(profiles.rename("8", "Nobody")).isFalse();
			assertThat(profiles.ids()).containsExactly("user.7");
			KeyValueTemplates templates = context.getBean(KeyValueTemplates.class);
			KeyValueTemplate<List<Profile>> teams = templates.of("profiles", new ParameterizedTypeReference<>() {
			});
			teams.put("team.1", List.of(new Profile("Ada", 36)));
			assertThat(teams.get("team.1")).containsExactly(new Profile("Ada", 36));
			KeyValueTemplate<Session> sessions = templates.of("sessions", Session.class);
			sessions.create("session.4711", new Session("ada"), Duration.ofMinutes(30));
			assertThat(sessions.get("session.4711").user()).isEqualTo("ada");
			Invoices invoices = context.getBean(Invoices.class);
			invoices.store("17", Files.write(directory.resolve("i"), new byte[200_000]));
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			invoices.send("17", out);
			assertThat(out.toByteArray()).hasSize(200_000);
		});
	}

	@Test
	void injectsTemplatesByQualifierAndGenericTypeWhereverSpringInjects() {
		withPage().withUserConfiguration(Places.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Places places = context.getBean(Places.class);
			places.field.put("a", new Profile("Ada", 36));
			assertThat(places.lists.getObject().toString()).isEqualTo(
					"KeyValueTemplate[bucket=profiles, type=java.util.List<%s>]".formatted(Profile.class.getName()));
			assertThat(places.optional.orElseThrow().get("a")).contains("Ada");
			assertThat(context.getBean("text", String.class)).isEqualTo("{\"name\":\"Ada\",\"age\":36}");
			assertThat(places.raw.get("a").getValueAsString()).contains("Ada");
			assertThat(context).hasSingleBean(ObjectStoreTemplate.class).hasSingleBean(ObjectStore.class);
		});
	}

	@Test
	void injectsASingleBucketWithoutAQualifier() {
		this.contextRunner.withPropertyValues("nats.key-value.only.history=2")
			.withUserConfiguration(Single.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Single.class).template.getBucket()).isEqualTo("only");
			});
	}

	@Test
	void takesTheUsersOwnTemplateForItsType() {
		this.contextRunner.withPropertyValues("nats.key-value.only.history=2")
			.withUserConfiguration(Own.class, Single.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Single.class).template.getBucket()).isEqualTo("own");
			});
	}

	@Test
	void knowsTheTypeThatASubclassGivesToTheVariableOfItsSuperclass() {
		this.contextRunner.withPropertyValues("nats.key-value.only.history=2")
			.withUserConfiguration(ProfileRepository.class, TeamRepository.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(ProfileRepository.class).template).asString()
					.contains("type=" + Profile.class.getName());
				assertThat(context.getBean(TeamRepository.class).template).asString()
					.contains("type=java.util.List<" + Profile.class.getName());
			});
	}

	@Test
	void saysWhereATypeIsMissing() {
		this.contextRunner.withPropertyValues("nats.key-value.only.history=2")
			.withUserConfiguration(Untyped.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContainingAll("bucket 'only'", "without the type of its values", "Untyped",
						"KeyValueTemplate<Profile>", "KeyValueTemplates"));
	}

	@Test
	void injectsBucketsOfFurtherConnections() {
		this.contextRunner
			.withPropertyValues("nats.connections.eu.servers=" + this.server.url(),
					"nats.connections.eu.key-value.far.history=3", "nats.connections.eu.object-store.files.replicas=1")
			.withUserConfiguration(Far.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Far far = context.getBean(Far.class);
				far.profiles.put("a", new Profile("Ada", 36));
				assertThat(far.profiles.get("a").name()).isEqualTo("Ada");
				assertThat(far.files.list()).isEmpty();
				assertThat(far.templates.of("far", Profile.class).get("a").name()).isEqualTo("Ada");
			});
	}

	private ApplicationContextRunner withPage() {
		return this.contextRunner.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")));
	}

	record Profile(String name, int age) {

		Profile older() {
			return new Profile(this.name, this.age + 1);
		}

		Profile named(String name) {
			return new Profile(name, this.age);
		}

	}

	record Session(String user) {
	}

	@Service
	static class Profiles {

		private final KeyValueTemplate<Profile> profiles;

		Profiles(@Qualifier("profiles") KeyValueTemplate<Profile> profiles) {
			this.profiles = profiles;
		}

		void register(String id, Profile profile) {
			this.profiles.create("user." + id, profile);
		}

		Profile birthday(String id) {
			return this.profiles.update("user." + id, (profile) -> profile.older());
		}

		boolean rename(String id, String name) {
			KeyValueRevision<Profile> entry = this.profiles.getEntry("user." + id);
			if (entry == null) {
				return false;
			}
			this.profiles.update(entry.key(), entry.value().named(name), entry.revision());
			return true;
		}

		List<String> ids() {
			return this.profiles.keys("user.*");
		}

	}

	@Service
	static class Invoices {

		private final ObjectStoreTemplate invoices;

		Invoices(@Qualifier("invoices") ObjectStoreTemplate invoices) {
			this.invoices = invoices;
		}

		void store(String number, Path file) throws IOException {
			try (InputStream content = Files.newInputStream(file)) {
				ObjectMeta meta = ObjectMeta.builder(number + ".pdf")
					.metadata(Map.of("content-type", "application/pdf"))
					.build();
				this.invoices.put(meta, content);
			}
		}

		void send(String number, OutputStream out) throws IOException {
			try (ObjectDownload content = this.invoices.get(number + ".pdf")) {
				content.transferTo(out);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Places {

		@Autowired
		@Qualifier("profiles")
		private KeyValueOperations<Profile> field;

		@Autowired
		@Qualifier("profiles")
		private ObjectProvider<KeyValueTemplate<List<Profile>>> lists;

		@Autowired
		@Qualifier("profiles")
		private Optional<KeyValueTemplate<String>> optional;

		@Autowired
		@Qualifier("profiles")
		private KeyValue raw;

		@Bean
		String text(@Qualifier("profiles") KeyValueTemplate<String> texts,
				@Qualifier("profiles") KeyValueTemplate<Profile> profiles) {
			profiles.put("a", new Profile("Ada", 36));
			return texts.get("a");
		}

	}

	static class Single {

		@Autowired
		private KeyValueTemplate<Profile> template;

	}

	abstract static class Repository<T> {

		@Autowired
		KeyValueTemplate<T> template;

	}

	static class ProfileRepository extends Repository<Profile> {

	}

	static class TeamRepository extends Repository<List<Profile>> {

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		KeyValueTemplate<Profile> own(KeyValueTemplates templates) {
			return templates.of("own", Profile.class);
		}

	}

	static class Untyped {

		@Autowired
		private KeyValueTemplate<?> template;

	}

	static class Far {

		@Autowired
		@Qualifier("eu.far")
		private KeyValueTemplate<Profile> profiles;

		@Autowired
		@Qualifier("eu.files")
		private ObjectStoreTemplate files;

		@Autowired
		@Qualifier("eu")
		private KeyValueTemplates templates;

	}

}
