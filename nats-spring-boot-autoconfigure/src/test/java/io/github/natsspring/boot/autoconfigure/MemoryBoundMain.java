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

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application one of whose messages takes until it is told to go on, so that all that
 * it may fetch is there meanwhile.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class MemoryBoundMain {

	private final AtomicInteger handled = new AtomicInteger();

	private final CountDownLatch go = new CountDownLatch(1);

	@NatsListener(stream = "LARGE", consumer = "c")
	void on(byte[] payload) throws InterruptedException {
		int number = this.handled.incrementAndGet();
		// The window has grown to 128 messages by then
		if (number == 120) {
			this.go.await(1, TimeUnit.MINUTES);
		}
		if (number % 10 == 0) {
			System.out.println("Handled " + number + " messages");
		}
	}

	@NatsListener(subjects = "go")
	void go(byte[] payload) {
		this.go.countDown();
	}

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(MemoryBoundMain.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

}
