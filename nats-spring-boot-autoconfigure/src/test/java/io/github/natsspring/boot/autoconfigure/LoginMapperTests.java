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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.NKey;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LoginMapper}.
 */
@ExtendWith({ NoSecrets.class, OutputCaptureExtension.class })
class LoginMapperTests {

	private static final Map<String, String> KINDS = kinds();

	@TempDir
	Path directory;

	private static Map<String, String> kinds() {
		Map<String, String> kinds = new LinkedHashMap<>();
		kinds.put("nats.servers", "nats://app:TOPSECRET@localhost:4222");
		kinds.put("nats.username", "app");
		kinds.put("nats.token", "TOPSECRET");
		kinds.put("nats.credentials", "/nowhere/TOPSECRET.creds");
		kinds.put("nats.nkey-seed", "SUTOPSECRET");
		return kinds;
	}

	static List<List<String>> pairs() {
		List<String> names = List.copyOf(KINDS.keySet());
		List<List<String>> pairs = new ArrayList<>();
		for (int i = 0; i < names.size(); i++) {
			for (int j = i + 1; j < names.size(); j++) {
				pairs.add(List.of(names.get(i), names.get(j)));
			}
		}
		return pairs;
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void refusesTwoKindsOfLogin(List<String> pair) {
		TestSources sources = new TestSources();
		pair.forEach((name) -> sources.property(name, KINDS.get(name)));
		assertThatExceptionOfType(MutuallyExclusiveConfigurationPropertiesException.class)
			.isThrownBy(sources::optionsMapper)
			.satisfies((ex) -> {
				assertThat(ex.getConfiguredNames()).containsExactlyInAnyOrderElementsOf(pair);
				assertThat(ex.toString()).doesNotContain("TOPSECRET");
			});
	}

	@Test
	void refusesATokenAndItsFileTogether() {
		assertThatExceptionOfType(MutuallyExclusiveConfigurationPropertiesException.class)
			.isThrownBy(TestSources.ofYaml("nats: {token: a, token-file: b}")::optionsMapper)
			.satisfies((ex) -> assertThat(ex.getConfiguredNames()).containsExactly("nats.token", "nats.token-file"));
	}

	@Test
	void refusesAJwtWithoutASeed() {
		refused(TestSources.ofYaml("nats.jwt: TOPSECRET"), "nats.jwt: is set without nats.nkey-seed");
	}

	@Test
	void refusesCredentialsThatAreNotThere() {
		Path file = this.directory.resolve("x.creds");
		refused(credentials(file.toString()), "nats.credentials 'file [" + file + "]': does not exist");
		refused(credentials("file:" + file), "nats.credentials 'URL [file:" + file + "]': does not exist");
		refused(credentials("classpath:nowhere.creds"),
				"nats.credentials 'class path resource [nowhere.creds]': does not exist");
		refused(new TestSources().property("nats.token-file", file.toString()),
				"nats.token-file 'file [" + file + "]': does not exist");
	}

	@Test
	void doesNotShowWhatMayBeASecretInThePlaceOfALocation() throws Exception {
		String seed = new String(NKey.createUser(null).getSeed());
		assertThat(credentials(seed).optionsMapper().toBuilder().build().getAuthHandler()).isNotNull();
		String account = new String(NKey.createAccount(null).getSeed());
		refused(credentials(account), "nats.credentials: is the seed of an account; a user seed (SU…) is required",
				account);
		refused(credentials("TOPSECRET"), "nats.credentials: does not exist");
		refused(new TestSources().property("nats.token-file", "TOPSECRET+/="), "nats.token-file: does not exist");
		refused(credentials("my.creds"),
				"nats.credentials 'file [" + Path.of("my.creds").toAbsolutePath() + "]': does not exist");
	}

	@Test
	void refusesCredentialsThatCannotBeRead() {
		refused(credentials(this.directory.toString()),
				"nats.credentials 'file [" + this.directory + "]': cannot be read");
	}

	@Test
	void refusesCredentialsWithoutContentOrSeed() throws IOException {
		Path file = this.directory.resolve("x.creds");
		Files.writeString(file, " \r\n\n");
		refused(credentials(file.toString()), "nats.credentials 'file [" + file + "]': is empty");
		refused(new TestSources().property("nats.token-file", file.toString()),
				"nats.token-file 'file [" + file + "]': is empty");
		Files.writeString(file, "-----BEGIN NATS USER JWT-----\nTOPSECRET\n------END NATS USER JWT------\n");
		refused(credentials(file.toString()), "nats.credentials 'file [" + file + "]': has no USER NKEY SEED block");
	}

	@Test
	void refusesTheSeedOfAnother() throws Exception {
		String seed = new String(NKey.createAccount(null).getSeed());
		String text = "is the seed of an account; a user seed (SU…) is required";
		refused(new TestSources().property("nats.nkey-seed", seed), "nats.nkey-seed: " + text, seed);
		String inline = "-----BEGIN USER NKEY SEED-----\n" + seed + "\n";
		refused(credentials(inline), "nats.credentials: " + text, seed);
		seed = new String(NKey.createOperator(null).getSeed());
		refused(new TestSources().property("nats.nkey-seed", seed),
				"nats.nkey-seed: is the seed of an operator; a user seed (SU…) is required", seed);
		refused(new TestSources().property("nats.nkey-seed", "SUTOPSECRET"),
				"nats.nkey-seed: has a seed that cannot be read; a user seed begins with SU");
	}

	@Test
	void readsCredentialsAgainForEachConnection() throws Exception {
		TestAccounts accounts = new TestAccounts();
		TestAccounts.User first = accounts.user();
		TestAccounts.User second = accounts.user();
		Path file = Files.writeString(this.directory.resolve("x.creds"), first.credentials());
		Options options = credentials(file.toString()).optionsMapper().toBuilder().build();
		assertThat(new String(options.getAuthHandler().getID())).isEqualTo(first.publicKey());
		Files.writeString(file, second.credentials());
		// What was begun with the first is ended with it
		assertThat(new String(options.getAuthHandler().getJWT())).isEqualTo(first.jwt());
		assertThat(new String(options.getAuthHandler().getID())).isEqualTo(second.publicKey());
		byte[] nonce = { 1, 2, 3 };
		byte[] signature = options.getAuthHandler().sign(nonce);
		assertThat(NKey.fromPublicKey(second.publicKey().toCharArray()).verify(nonce, signature)).isTrue();
		assertThat(new String(options.getAuthHandler().getJWT())).isEqualTo(second.jwt());
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void warnsOnceOfCredentialsThatEveryUserCanRead(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.directory.resolve("x.creds"), new TestAccounts().user().credentials());
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
		credentials(file.toString()).optionsMapper().toBuilder();
		assertThat(output).doesNotContain("can be read by every user");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
		credentials(file.toString()).optionsMapper().toBuilder();
		assertThat(output).containsOnlyOnce("nats.credentials '" + file + "' can be read by every user");
	}

	private TestSources credentials(String value) {
		return new TestSources().property("nats.credentials", value);
	}

	private static void refused(TestSources sources, String message, String... secrets) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(sources::optionsMapper)
			.withMessage(message)
			.satisfies((ex) -> {
				assertThat(ex).hasNoCause();
				assertThat(ex.getAction()).isNotBlank();
				assertThat(ex.getMessage() + ex.getAction()).doesNotContain("TOPSECRET");
				for (String secret : secrets) {
					assertThat(ex.getMessage() + ex.getAction()).doesNotContain(secret);
				}
			});
	}

}
