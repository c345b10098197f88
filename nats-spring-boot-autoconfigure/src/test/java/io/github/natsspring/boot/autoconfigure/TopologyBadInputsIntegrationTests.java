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

import java.util.List;
import java.util.UUID;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes in application.yml, numbered as in {@link BadInputs}: each is answered with
 * the property, the value, the reason and what to do, and nothing is created.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TopologyBadInputsIntegrationTests {

	private static NatsServer server;

	private static Connection client;

	private static JetStreamManagement management;

	// No two rows share a stream
	private final String unique = "T" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);

	@BeforeAll
	static void startServer() throws Exception {
		server = NatsServer.builder().start();
		client = Nats.connect(server.url());
		management = client.jetStreamManagement();
	}

	@AfterAll
	static void stopServer() throws Exception {
		client.close();
		server.close();
	}

	static List<Row> refused() {
		return List.of(
				row(19, "'[U.b]': {subjects: U.x}")
					.says("streams.U.b 'U.b'", "'.', '*', '>', '/', '\\', blanks and what is not ASCII are not allowed")
					.advises("Choose another name"),
				row(20, "U_S: {max-age: 1d}").says("streams.U_S.subjects)", "has no subjects", "silently use 'U_S'")
					.advises("Set nats.jetstream.streams.U_S.subjects"),
				row(21, "U_S: {subjects: [U.a, U..b]}")
					.says("streams.U_S.subjects[1])", "'U..b' is invalid: empty token")
					.advises("Correct the subject"),
				row(22, "U_S: {subjects: U.*x}")
					.says("streams.U_S.subjects[0])", "'U.*x' is invalid: a wildcard must be a whole token")
					.advises("Correct the subject"),
				row(22, "U_S: {subjects: U.>.x}").says("'U.>.x' is invalid: '>' must be the last token"),
				row(23, "U_S: {subjects: [U.a.*, U.*.b]}").says("streams.U_S.subjects[1])", "'U.*.b' overlaps 'U.a.*'")
					.advises("Keep the wider one only"),
				row(23, "{U_S: {subjects: U.a.*}, U_R: {subjects: U.*.b}}")
					.says("streams.U_R.subjects[0])", "'U.*.b' overlaps 'U.a.*' of stream 'U_S'",
							"(nats.jetstream.streams.U_S)")
					.advises("Let only one of the two capture a subject"),
				row(23, "U_S: {subjects: [U.a, U.there.b]}")
					.says("streams.U_S.subjects[1])", "'U.there.b' is already captured by stream 'U_THERE'")
					.advises("Choose other subjects, or remove them from the other stream"),
				row(23, "U_S: {subjects: '>'}")
					.says("streams.U_S.subjects[0])", "'>' takes subjects of the server itself")
					.advises("Name the subjects of the application only"),
				row(24, "U_S: {subjects: U.a, replicas: 3}")
					.says("streams.U_S.replicas)", "3 needs a cluster of 3 servers, and the server is not clustered")
					.advises("Set replicas to 1, or use a cluster"),
				row(25, "U_S: {subjects: U.a, replicas: 0}").says("streams.U_S.replicas '0'", "must be from 1 to 5")
					.advises("Correct nats.jetstream.streams.U_S.replicas"),
				row(25, "U_S: {subjects: U.a, replicas: 6}").says("streams.U_S.replicas '6'", "must be from 1 to 5"),
				row(25, "U_S: {subjects: U.a, replicas: 2}").says("streams.U_S.replicas)",
						"2 needs a cluster of 2 servers, and the server is not clustered"),
				row(26, "U_THERE: {storage: file}")
					.says("streams.U_THERE.storage)", "declared file, on the server memory", "cannot be changed")
					.advises("Align the two"),
				row(27, "U_THERE: {retention-policy: work-queue}")
					.says("streams.U_THERE.retention-policy)", "declared workqueue, on the server limits",
							"cannot be changed")
					.advises("Align the two"),
				row(28, "U_S: {subjects: U.a, max-age: 10s, duplicate-window: 2m}")
					.says("streams.U_S.duplicate-window)", "2m is longer than max-age, which is 10s")
					.advises("Shorten the one or lengthen the other"),
				row(29, "U_S: {subjects: U.a, max-msgs: 0}")
					.says("streams.U_S.max-msgs '0'", "must be greater than zero or -1 for unlimited")
					.advises("Correct nats.jetstream.streams.U_S.max-msgs"),
				row(29, "U_S: {subjects: U.a, max-messages: -2}").says("streams.U_S.max-messages '-2'"),
				row(29, "U_S: {subjects: U.a, max-age: -1s}").says("streams.U_S.max-age 'PT-1S'",
						"must be greater than or equal to 0"),
				row(29, "U_S: {subjects: U.a, max-age: 20ms}").says("streams.U_S.max-age)",
						"20ms is shorter than 100ms"),
				row(29, "U_S: {subjects: U.a, max-bytes: 10 apples}")
					.says("max-bytes", "10 apples", "is not a valid data size")
					.advises("such as 10MB"),
				row(29, "U_S: {subjects: U.a, max-age: 10 apples}")
					.says("max-age", "10 apples", "is not a valid duration")
					.advises("such as 30s"),
				row(29, "U_S: {subjects: U.a, retention: forever}").says("retention", "forever")
					.advises("limits, interest, work-queue"),
				row(30, "U_S: {subjects: U.a, consumers: {'[a.b]': {ack-wait: 1m}}}")
					.says("nats.jetstream.streams.U_S.consumers.a.b 'a.b'", "are not allowed in the name")
					.advises("Choose another name"),
				row(32, "U_S: {subjects: U.>, consumers: {c: {filter-subjects: [U.a, other.x]}}}")
					.says("streams.U_S.consumers.c.filter-subjects[1])", "'other.x' matches none of the subjects [U.>]",
							"nothing would ever be delivered")
					.advises("Correct the filter, or add its subject to the stream"),
				row(32, "U_THERE: {consumers: {c: {filter-subject: U.their.x}}}")
					.says("streams.U_THERE.consumers.c.filter-subject)",
							"'U.their.x' matches none of the subjects [U.there.>] of stream 'U_THERE'")
					.advises("Did you mean 'U.there.>'?"),
				row(32, "U_S: {subjects: U.>, consumers: {c: {filter-subjects: [U.a.>, U.a.b]}}}")
					.says("consumers.c.filter-subjects[1])", "'U.a.b' overlaps 'U.a.>'"),
				row(33, "U_S: {subjects: U.>, retention: work-queue, consumers: {a: {filter-subject: U.a.*}, "
						+ "b: {filter-subject: U.*.b}}}")
					.says("streams.U_S.consumers.b.filter-subject)", "'U.*.b' overlaps 'U.a.*' of consumer 'U_S/a'",
							"(nats.jetstream.streams.U_S.consumers.a)")
					.advises("Separate the filters, let both share one consumer"),
				row(33, "U_S: {subjects: U.>, retention: work-queue, consumers: {a: {}, b: {filter-subject: U.b}}}")
					.says("'U.b' overlaps '>' of consumer 'U_S/a'"),
				row(34, "U_S: {subjects: U.>, retention: work-queue, consumers: {a: {deliver-policy: new}}}")
					.says("streams.U_S.consumers.a.deliver-policy)",
							"new is not for stream 'U_S', which is a work queue")
					.advises("Remove deliver-policy, or set it to all"),
				row(34, "U_S: {subjects: U.>, retention: work-queue, consumers: {a: {ack-policy: none}}}")
					.says("streams.U_S.consumers.a.ack-policy)", "none is not for stream 'U_S', which is a work queue")
					.advises("Set ack-policy: explicit"),
				row(35, "U_S: {subjects: U.>, consumers: {a: {backoff: [1s, 2s, 3s], max-deliver: 2}}}")
					.says("streams.U_S.consumers.a.backoff)", "has 3 entries, and max-deliver is only 2")
					.advises("Raise max-deliver, or shorten backoff"),
				row(36, "U_S: {subjects: U.>, consumers: {a: {backoff: [1s, 5s], ack-wait: 30s}}}")
					.says("streams.U_S.consumers.a.backoff)",
							"replaces ack-wait on the server: 30s becomes 1s, the first of [1s, 5s]")
					.advises("Remove backoff", "nats.listener.retry.*"),
				row(37, "U_S: {subjects: U.>, consumers: {a: {ack-wait: 0s}}}")
					.says("streams.U_S.consumers.a.ack-wait 'PT0S'", "is not more than zero")
					.advises("Set a time such as 30s"),
				row(37, "U_S: {subjects: U.>, consumers: {a: {ack-wait: -5s}}}").says("ack-wait 'PT-5S'"),
				row(37, "U_S: {subjects: U.>, consumers: {a: {max-ack-pending: 0}}}")
					.says("streams.U_S.consumers.a.max-ack-pending '0'", "is less than 1")
					.advises("Set a number from 1, or -1 for no limit"),
				row(37, "U_S: {subjects: U.>, consumers: {a: {max-deliver: 0}}}").says("consumers.a.max-deliver '0'"),
				row(37, "U_S: {subjects: U.>, consumers: {a: {max-batch: -1}}}").says("consumers.a.max-batch '-1'"),
				row(39, "U_THERE: {consumers: {there: {ack-policy: all, provisioning: validate}}}")
					.says("streams.U_THERE.consumers.there.ack-policy)", "declared all, on the server explicit",
							"cannot be changed")
					.advises("Align the two"),
				row(39, "U_S: {subjects: U.>, consumers: {a: {start-sequence: 7}}}")
					.says("streams.U_S.consumers.a.start-sequence)",
							"7 is only for the deliver-policy by-start-sequence")
					.advises("Set deliver-policy: by-start-sequence, or remove it"),
				row(39, "U_S: {subjects: U.>, consumers: {a: {deliver-policy: by-start-time}}}")
					.says("consumers.a.deliver-policy)", "by-start-time needs start-time")
					.advises("Set start-time"),
				row(39, "U_S: {subjects: U.>, consumers: {a: {rate-limit: 100}}}").says("consumers.a.rate-limit)",
						"100 is only for push consumers"),
				row(39, "U_S: {subjects: U.>, consumers: {a: {priority-policy: overflow}}}")
					.says("consumers.a.priority-policy)", "overflow needs priority-groups"),
				row(39, "U_S: {subjects: U.>, consumers: {a: {num-replicas: 3}}}").says("consumers.a.num-replicas)",
						"3 is more than the 1 of stream 'U_S'"),
				row(40, "U_S: {subjects: U.>, consumers: {a: {}, b: {name: a}}}")
					.says("streams.U_S.consumers.b.name 'a'", "is the name of nats.jetstream.streams.U_S.consumers.a")
					.advises("Join the two entries"),
				row(45, "U_S: {subjects: U.>, republish: {source: U.a, destination: U.b}}")
					.says("streams.U_S.republish)", "to 'U.b' would come back to this stream, which captures 'U.>'")
					.advises("Choose another destination"));
	}

	static List<Row> refusedElsewhere() {
		return List.of(
				row(48, "key-value: {'[my bucket]': {}}")
					.says("nats.key-value.my bucket", "only A-Z, a-z, 0-9, '-' and '_' are allowed")
					.advises("another name"),
				row(48, "key-value: {U: {history: 65}}").says("nats.key-value.U.history '65'", "from 1 to 64")
					.advises("Correct nats.key-value.U.history"),
				row(48, "key-value: {U: {history: 0}}").says("nats.key-value.U.history '0'", "from 1 to 64"),
				row(48, "key-value: {U: {limit-marker: 1ms}}").says("nats.key-value.U.limit-marker"),
				row(48, "object-store: {'[a.b]': {}}").says("nats.object-store.a.b",
						"only A-Z, a-z, 0-9, '-' and '_' are allowed"),
				row(48, "object-store: {U: {max-bucket-size: 0}}").says("nats.object-store.U.max-bucket-size"),
				row(44, "listener: {concurrency: 0}").says("nats.listener.concurrency '0'", "is less than 1")
					.advises("Set a number from 1"),
				row(44, "listener: {concurrency: 9, max-in-flight: 8}")
					.says("nats.listener.concurrency '9'", "is above nats.listener.max-in-flight, 8")
					.advises("Lower it, or raise max-in-flight"),
				row(47, "listener: {retry: {max-attempts: -1}}").says("nats.listener.retry.max-attempts '-1'"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("refused")
	void refusesWhatIsWrongWithAStream(Row row) throws Exception {
		createWhatIsThere();
		assertRefused(row, """
				nats.jetstream.streams.U_OK.subjects: U_OK
				---
				nats.jetstream.streams:
				  %s""".formatted(row.yaml()), this.unique + "_THERE");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("refusedElsewhere")
	void refusesWhatIsWrongElsewhere(Row row) throws Exception {
		assertRefused(row, """
				nats.jetstream.streams.U_OK.subjects: U_OK
				---
				nats:
				  %s""".formatted(row.yaml()));
	}

	private void createWhatIsThere() throws Exception {
		management.addStream(StreamConfiguration.builder()
			.name(this.unique + "_THERE")
			.subjects(this.unique + ".there.>")
			.storageType(StorageType.Memory)
			.build());
		management.addOrUpdateConsumer(this.unique + "_THERE",
				ConsumerConfiguration.builder()
					.durable("there")
					.filterSubject(this.unique + ".there.mine")
					.ackPolicy(AckPolicy.Explicit)
					.build());
	}

	private void assertRefused(Row row, String yaml, String... existing) {
		runner(yaml).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(fill(row.description()));
			assertThat(analysis.getAction()).isNotBlank();
			fill(row.action()).forEach((action) -> assertThat(analysis.getAction()).contains(action));
			assertThat(management.getStreamNames()).filteredOn((name) -> name.contains(this.unique))
				.containsExactly(existing);
		});
	}

	static List<Row> warned() {
		return List.of(
				row(36, "U_S: {subjects: U.a.>, consumers: {a: {backoff: [1s, 5s]}}}").says(
						"streams.U_S.consumers.a.backoff)", "is also the ack-wait of this consumer on the server: 1s",
						"nats.listener.retry.*"),
				row(39, "U_THERE: {consumers: {there: {ack-policy: all}}}").says(
						"consumer 'U_THERE/there' (nats.jetstream.streams.U_THERE.consumers.there) is left as it is",
						"ack_policy: declared all, on the server explicit (it cannot be changed)"),
				row(39, "U_THERE: {provisioning: update, consumers: {there: {replay-policy: original}}}").says(
						"consumers.there) is left as it is",
						"replay_policy: declared original, on the server instant (it cannot be changed)"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("warned")
	void warnsOfWhatWorksOtherwiseThanItLooks(Row row, CapturedOutput output) throws Exception {
		createWhatIsThere();
		runner("nats.jetstream.streams:\n  " + row.yaml()).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains(fill(row.description()));
		});
	}

	private ApplicationContextRunner runner(String yaml) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, List.of(fill(yaml))))
			.withPropertyValues("nats.servers=" + server.url());
	}

	private String fill(String text) {
		return text.replaceAll("\\bU(?=[._\\]: ']|$)", this.unique);
	}

	private List<String> fill(List<String> texts) {
		return texts.stream().map(this::fill).toList();
	}

	private static Row row(int number, String yaml) {
		return new Row(number, yaml, List.of(), List.of());
	}

	/**
	 * A mistake.
	 *
	 * @param number its number in the list
	 * @param yaml the mistake; the letter U stands for a unique name
	 * @param description what must be in the description: property, value and reason
	 * @param action what must be in the action
	 */
	record Row(int number, String yaml, List<String> description, List<String> action) {

		Row says(String... description) {
			return new Row(this.number, this.yaml, List.of(description), this.action);
		}

		Row advises(String... action) {
			return new Row(this.number, this.yaml, this.description, List.of(action));
		}

		@Override
		public String toString() {
			return this.number + ": " + this.yaml;
		}

	}

}
