using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Compare;

/// <summary>Differences between two states in JSON.</summary>
internal static class DifferenceJson
{
    private const int BytesBetweenFlushes = 64 * 1024;

    public static void Write(Utf8JsonWriter json, EntryDifference difference, bool withFields)
    {
        json.WriteStartObject();
        json.WriteString("scope"u8, difference.Key.ScopeText);
        json.WriteString("key"u8, difference.Key.KeyText);
        json.WriteString("change"u8, Name(difference.Kind));
        WriteValue(json, "before", difference.Before);
        WriteValue(json, "after", difference.After);
        if (withFields && difference is { Before: { } before, After: { } after })
        {
            json.WriteStartArray("fields"u8);
            foreach (ValueDifference field in ValueDifferences.Between(before, after))
            {
                json.WriteStartObject();
                json.WriteString("path"u8, field.Path);
                WriteValue(json, "before", field.Before);
                WriteValue(json, "after", field.After);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (json.BytesPending > BytesBetweenFlushes)
        {
            json.Flush();
        }
    }

    public static void WriteSummary(Utf8JsonWriter json, DifferenceSummary summary)
    {
        json.WriteNumber("added"u8, summary.Counts.Added);
        json.WriteNumber("changed"u8, summary.Counts.Changed);
        json.WriteNumber("removed"u8, summary.Counts.Removed);
        json.WriteNumber("unchanged"u8, summary.Counts.Unchanged);
        json.WriteStartArray("scopes"u8);
        foreach (ScopeDifference scope in summary.Scopes)
        {
            json.WriteStartObject();
            json.WriteString("scope"u8, scope.Scope);
            json.WriteNumber("added"u8, scope.Added);
            json.WriteNumber("changed"u8, scope.Changed);
            json.WriteNumber("removed"u8, scope.Removed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("further_scopes"u8, summary.FurtherScopes);
    }

    private static string Name(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Added => "added",
        DifferenceKind.Changed => "changed",
        _ => "removed",
    };

    private static void WriteValue(Utf8JsonWriter json, string name, StateValue? value)
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            StateValueJson.Write(json, value);
        }
    }
}
