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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.nats.client.Connection;
import io.nats.client.KeyValue;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application that says when all its beans are there.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class RefreshOnlyMain {

	RefreshOnlyMain(Connection connection, NatsTemplate template, JetStreamTemplate jetStream, KeyValue profiles) {
		System.out.println("All beans are there: %s, %s, %s, %s".formatted(connection, template, jetStream, profiles));
	}

	@NatsListener(consumer = "billing")
	void on(byte[] payload) {
	}

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(RefreshOnlyMain.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

}
