using System.Text;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Toml;
using LlmSpell.Cli.Output;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Configuration;

/// <summary>Finds, reads and checks the configuration. Stateless.</summary>
internal static class ConfigurationLoader
{
    // A configuration is a page or two; a file this large is something else, named by mistake.
    private const long LargestFile = 4 << 20;

    /// <exception cref="ConfigurationException">With every problem that there is.</exception>
    public static LlmSpellConfiguration Load(ConfigurationRequest request)
    {
        ConfigurationSource source = ConfigurationLocator.Locate(request);
        var problems = new List<ConfigurationProblem>();
        var values = new SettingValues(source, request.Environment("HOME"));
        if (source.File is not null && ReadText(source, problems) is { } text)
        {
            TomlDocument document = TomlDocument.Parse(text, source.DisplayName);
            problems.AddRange(document.Problems);
            new ConfigurationReader(document, source.DisplayName, values, problems).Read();
        }

        values.CheckTogether(problems);
        problems.AddRange(ForeignVariables.Problems(request.Environment, values.Allows));
        problems = [.. problems.OrderBy(problem => problem.Place?.Line ?? 0).ThenBy(problem => problem.Place?.Column ?? 0)];
        return problems.Exists(problem => problem.Severity == ProblemSeverity.Error)
            ? throw new ConfigurationException(problems, source.Option)
            : values.ToConfiguration(problems);
    }

    private static string? ReadText(ConfigurationSource source, List<ConfigurationProblem> problems)
    {
        string file = source.File!;
        try
        {
            var information = new FileInfo(file);
            if (!information.Exists)
            {
                if (Directory.Exists(file))
                {
                    Report("is a folder, not a configuration file", source.IsNamed
                        ? $"Name a file in it, as in {Path.Combine(source.DisplayName, ConfigurationLocator.FileName)}."
                        : "Put the file in its place, or remove it: a container's mount makes such a folder where the file to be mounted is missing.");
                }
                else if (HiddenFile.Is(file))
                {
                    Report("cannot be read: permission denied", "Give this user the right to search its folder and to read it.");
                }
                else
                {
                    Report(
                        $"the configuration file that {source.ChosenBy} names does not exist",
                        $"Name an existing file, or write it with `llmspell -c {ShellWord.Of(source.DisplayName)} config init`.");
                }

                return null;
            }

            if (information.Length > LargestFile)
            {
                Report($"has {information.Length} bytes, too many for a configuration file", "Name another file.");
                return null;
            }

            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException error)
        {
            Report($"is not UTF-8 text (byte {error.Index})", "Save it as UTF-8.");
        }
        catch (UnauthorizedAccessException)
        {
            Report("cannot be read: permission denied", "Give this user the right to read it.");
        }
        catch (FileNotFoundException)
        {
            // A link counts as a file that is there.
            Report($"is a link to {new FileInfo(file).LinkTarget}, which is not there", "Bring that file back, or remove the link.");
        }
        catch (IOException error)
        {
            Report($"cannot be read: {IoReason.Of(error)}", "Check the file and its disk.");
        }

        return null;

        void Report(string message, string hint) =>
            problems.Add(ConfigurationProblem.InFile(source.DisplayName, null, message, hint));
    }
}
