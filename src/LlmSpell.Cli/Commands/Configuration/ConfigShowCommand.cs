using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Configuration;

internal static class ConfigShowCommand
{
    public static Command Create() => new HandledCommand(
        "show", "Show every setting, its value and where it comes from.",
        context => Task.FromResult<ICommandResult>(new Result(ConfigurationLoader.Load(context.ConfigurationRequest))))
    {
        Examples = static () =>
        [
            new("llmspell config show", "Show which file applies, and each setting with its origin."),
            new("llmspell config show --output json", "The same, for a program to read."),
        ],
    };

    private sealed record Result(LlmSpellConfiguration Configuration) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("file"u8, Configuration.Source.File);
            json.WriteString("chosen_by"u8, Configuration.Source.ChosenBy);
            json.WriteStartArray("settings"u8);
            foreach (SettingValue value in Configuration.Values)
            {
                Write(json, value);
            }

            json.WriteEndArray();
            ProblemJson.WriteList(json, Configuration.Notices);
        }

        public void WriteText(TextOutput text)
        {
            text.Line(Configuration.Source.File is { } file
                ? $"{SafeText.OneLine(file)} ({Configuration.Source.ChosenBy})"
                : "no file; the defaults");
            foreach (IGrouping<string, SettingValue> section in Configuration.Values.GroupBy(value => value.Setting.Section.ToString()))
            {
                text.Line();
                text.Heading(section.Key);
                var table = new TextTable("KEY", "VALUE", "FROM");
                foreach (SettingValue value in section)
                {
                    table.Add(value.Setting.Name, value.Value is { } set ? value.Setting.ToSource(set) : "(none)", value.Origin ?? "default");
                }

                table.WriteTo(text);
            }
        }

        private static void Write(Utf8JsonWriter json, SettingValue setting)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, setting.Setting.FullName);
            switch (setting.Value)
            {
                case bool flag:
                    json.WriteBoolean("value"u8, flag);
                    break;
                case long number:
                    json.WriteNumber("value"u8, number);
                    break;
                default:
                    json.WriteString("value"u8, setting.Value as string);
                    break;
            }

            json.WriteString("origin"u8, setting.Origin ?? "default");
            json.WriteEndObject();
        }
    }
}
