using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Configuration;

internal static class ConfigCheckCommand
{
    public static Command Create() => new HandledCommand(
        "check", "Explain every problem of the configuration.", context => Task.FromResult<ICommandResult>(Run(context)))
    {
        Examples = static () =>
        [
            new("llmspell config check", "Explain what is wrong; exit code 3 if anything is."),
            new("llmspell -c other.toml config check", "Check another file."),
        ],
    };

    private static Result Run(CommandContext context)
    {
        ConfigurationSource source = ConfigurationLocator.Locate(context.ConfigurationRequest);
        try
        {
            return new Result(source, ConfigurationLoader.Load(context.ConfigurationRequest).Notices);
        }
        catch (ConfigurationException error)
        {
            return new Result(source, error.Problems);
        }
    }

    private sealed record Result(ConfigurationSource Source, IReadOnlyList<ConfigurationProblem> Problems) : ICommandResult
    {
        public ExitCode Code => IsValid ? ExitCodes.Done : ExitCodes.Configuration;

        private bool IsValid => !Problems.Any(problem => problem.Severity == ProblemSeverity.Error);

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("file"u8, Source.File);
            json.WriteString("chosen_by"u8, Source.ChosenBy);
            json.WriteBoolean("valid"u8, IsValid);
            ProblemJson.WriteList(json, Problems);
        }

        public void WriteText(TextOutput text)
        {
            foreach (ConfigurationProblem problem in Problems)
            {
                text.Line($"{(problem.Severity == ProblemSeverity.Error ? "error" : "notice")}: {SafeText.OneLine(problem.ToString())}");
            }

            string name = Source.File is null ? "no file; the defaults apply" : SafeText.OneLine(Source.DisplayName);
            int errors = Problems.Count(problem => problem.Severity == ProblemSeverity.Error);
            int notices = Problems.Count - errors;
            text.Line(Problems.Count == 0
                ? $"{name}: no problems"
                : $"{name}: {Quantities.Count(errors, "error", "errors")}, {Quantities.Count(notices, "notice", "notices")}");
        }
    }
}
