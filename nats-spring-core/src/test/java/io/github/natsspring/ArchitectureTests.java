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

package io.github.natsspring;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Tests for the rules of the architecture.
 */
class ArchitectureTests {

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.github.natsspring");

	@Test
	void packagesAreFreeOfCycles() {
		SlicesRuleDefinition.slices()
			.matching("io.github.natsspring.(**)")
			.should()
			.beFreeOfCycles()
			.check(this.classes);
	}

	@Test
	void coreDoesNotKnowSpringBoot() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.check(this.classes);
	}

	@Test
	void pullEngineKnowsNeitherAdapterNorConverter() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("..listener.pull..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("..listener.adapter..", "io.github.natsspring.support..", "..config..",
					"..annotation..", "io.micrometer..")
			.check(this.classes);
	}

	@Test
	void neverDeserializesObjectsNorTakesTypesFromInput() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.haveNameMatching("java\\.io\\.Object(In|Out)putStream.*|tools\\.jackson\\.databind\\.jsontype\\..*"
					+ "|org\\.springframework\\.core\\.serializer\\..*")
			.check(this.classes);
		ArchRuleDefinition.noClasses()
			.should()
			.callMethodWhere(new DescribedPredicate<JavaMethodCall>("a class is loaded by its name") {

				@Override
				public boolean test(JavaMethodCall call) {
					return Set.of("forName", "loadClass", "resolveClassName").contains(call.getName());
				}

			})
			.check(this.classes);
	}

	@Test
	void nothingIsSynchronized() {
		ArchRuleDefinition.noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(this.classes);
	}

}
