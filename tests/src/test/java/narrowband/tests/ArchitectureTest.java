package narrowband.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house: who may know whom. */
@AnalyzeClasses(packages = "narrowband", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule modulesKnowOnlyWhomTheyMay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("accel")
            .definedBy("narrowband.accel..")
            .layer("training")
            .definedBy("narrowband.training..")
            .layer("sim")
            .definedBy("narrowband.sim..")
            .layer("hdl")
            .definedBy("narrowband.hdl..")
            .layer("hdlgen")
            .definedBy("narrowband.hdlgen..")
            .layer("cli")
            .definedBy("narrowband.cli..")
            .layer("benchmarks")
            .definedBy("narrowband.benchmarks..")
            .whereLayer("benchmarks")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayOnlyBeAccessedByLayers("benchmarks")
            .whereLayer("training")
            .mayOnlyBeAccessedByLayers("cli", "benchmarks")
            .whereLayer("sim")
            .mayOnlyBeAccessedByLayers("cli", "benchmarks")
            .whereLayer("hdlgen")
            .mayOnlyBeAccessedByLayers("cli", "benchmarks")
            .whereLayer("hdl")
            .mayOnlyBeAccessedByLayers("hdlgen", "cli", "benchmarks")
            .whereLayer("accel")
            .mayOnlyBeAccessedByLayers("training", "sim", "hdlgen", "cli", "benchmarks");

    @ArchTest
    static final ArchRule theConstructionLibraryStandsAlone = noClasses()
            .that()
            .resideInAPackage("narrowband.hdl..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "narrowband.accel..", "narrowband.hdlgen..", "narrowband.sim..", "narrowband.training..");

    @ArchTest
    static final ArchRule onlyTrainingKnowsTornado = noClasses()
            .that()
            .resideOutsideOfPackage("narrowband.training..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("uk.ac.manchester.tornado..");

    @ArchTest
    static final ArchRule onlyTheReaderOfOnnxKnowsProtocolBuffers = noClasses()
            .that()
            .resideOutsideOfPackage("narrowband.training.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "ai.onnx..");

    @ArchTest
    static final ArchRule networksDoNotKnowDesigns = noClasses()
            .that()
            .resideInAPackage("narrowband.accel.network..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("narrowband.accel.design..");

    @ArchTest
    static final ArchRule packagesOfAModuleFormNoCycle =
            slices().matching("narrowband.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = classes()
            .should()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl");
}
