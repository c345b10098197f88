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

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * An application that writes what it has handled to a file: in the JVM of the test, or in
 * one of its own.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class FaultApplication {

	public static void main(String[] args) {
		SpringApplication.run(FaultApplication.class, args);
	}

	@Bean
	@ConditionalOnProperty("faults.file")
	Worker worker(@Value("${faults.file}") Path file, @Value("${faults.takes:0ms}") Duration takes,
			@Value("${faults.fatal:}") String fatal) {
		return new Worker(new RecordingHandler(file, takes, fatal));
	}

	@Bean
	@ConditionalOnProperty("faults.vitals")
	Vitals vitals(@Value("${faults.vitals}") Path file) {
		return new Vitals(file);
	}

}
