using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Backup;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Lua.Native;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>What is installed, for a report of a defect; and whether each native library loads.</summary>
internal sealed class VersionsCheck : IDoctorCheck
{
    public string Name => "versions";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        List<string> versions = [$"llmspell {VersionResult.Version}"];
        (string Name, Func<string> Version)[] libraries =
        [
            ("Lua", () => LuaRelease.Text), .. BackendFactory.LibrariesFor(subject.Configuration?.State), ("zstd", () => Zstd.LoadedVersion),
        ];
        foreach ((string name, Func<string> version) in libraries)
        {
            try
            {
                versions.Add($"{name} {version()}");
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                findings.Problem(
                    ExitCodes.Storage, $"the library of {name} cannot be loaded: {error.Message}",
                    "It must lie beside the program, for this system and architecture: install llmspell again.");
            }
        }

        string compilation = RuntimeFeature.IsDynamicCodeCompiled ? "compiled at run time" : "compiled ahead of time";
        versions.Add($"{RuntimeInformation.FrameworkDescription} ({compilation})");
        versions.Add($"{RuntimeInformation.OSDescription.Trim()} {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
        findings.Summary = string.Join(", ", versions);
        return Task.CompletedTask;
    }
}
