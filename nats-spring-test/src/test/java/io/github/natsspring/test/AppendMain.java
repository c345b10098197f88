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

import java.nio.file.Path;

/**
 * Appends to a file of seen messages until it is killed.
 */
public final class AppendMain {

	private AppendMain() {
	}

	/**
	 * Begin.
	 * @param args the file and the key
	 */
	public static void main(String[] args) {
		SeenFile seen = SeenFile.appendTo(Path.of(args[0]));
		for (int i = 0; i < 200_000; i++) {
			seen.append(args[1] + i, args[1], i);
			if ((i + 1) % 100 == 0) {
				System.out.println("appended " + (i + 1));
			}
		}
	}

}
