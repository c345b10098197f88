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

package io.github.natsspring.test;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An application that says what it was given and does nothing until it is ended.
 */
public final class ApplicationMain {

	private ApplicationMain() {
	}

	/**
	 * Begin.
	 * @param args the mode: "work", "fail", "hang" in its shutdown, or "hold" another
	 * application and tell its process id; more arguments are printed
	 * @throws Exception if it is interrupted
	 */
	public static void main(String[] args) throws Exception {
		System.out.println("args " + List.of(args));
		System.out.println("property " + System.getProperty("harness.property"));
		System.out.println("variable " + System.getenv("HARNESS_VARIABLE"));
		System.err.println("memory " + Runtime.getRuntime().maxMemory());
		CountDownLatch never = new CountDownLatch(1);
		switch (args[0]) {
			case "fail" -> System.exit(7);
			case "hang" -> Runtime.getRuntime().addShutdownHook(new Thread(() -> await(never)));
			case "hold" -> System.out
				.println("holds " + ApplicationProcess.builder(ApplicationMain.class).args("work").start().pid());
			default -> Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("closed in order")));
		}
		System.out.println("ready");
		for (int i = 0; i < 3000; i++) {
			System.out.println("tick " + i);
			never.await(100, TimeUnit.MILLISECONDS);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(5, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
