using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>A cleanup's plan or report, in both formats.</summary>
internal static class CleanupOutput
{
    public static void WriteFields(Utf8JsonWriter json, CleanupReport report)
    {
        json.WriteBoolean("dry_run"u8, report.DryRun);
        json.WriteNumber("deleted_count"u8, report.DeletedCount);
        json.WriteNumber("retained_count"u8, report.RetainedCount);
        json.WriteNumber("space_freed"u8, report.SpaceFreed);
        WriteDecisions(json, report.Decisions);
        JsonText.WriteList(json, "notices"u8, report.Notices);
    }

    public static void WriteDecisions(Utf8JsonWriter json, IReadOnlyList<RetentionDecision> decisions)
    {
        json.WriteStartArray("decisions"u8);
        foreach (RetentionDecision decision in decisions)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, decision.Backup.Id.Value);
            json.WriteString("created_at"u8, Quantities.ExactTime(decision.Backup.CreatedAt));
            json.WriteBoolean("keep"u8, decision.Keep);
            JsonText.WriteList(json, "rules"u8, decision.Rules.Select(rule => rule.Code()));
            json.WriteString("reason"u8, decision.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteText(TextOutput text, CleanupReport report)
    {
        if (report.Decisions.Count > 0)
        {
            var table = new TextTable("BACKUP", "CREATED", "DECISION", "~REASON");
            foreach (RetentionDecision decision in report.Decisions)
            {
                string verdict = decision.Keep ? "keep" : report.DryRun ? "would remove" : "removed";
                table.Add(decision.Backup.Id.Value, text.Time(decision.Backup.CreatedAt), verdict, decision.Reason);
            }

            table.WriteTo(text);
        }

        string removed = Quantities.Count(report.DeletedCount, "backup", "backups");
        string freed = Quantities.Size(report.SpaceFreed);
        text.Line(report.DryRun
            ? $"would remove {removed} and free {freed}; {Quantities.Count(report.RetainedCount)} stay"
            : $"removed {removed} and freed {freed}; {Quantities.Count(report.RetainedCount)} stay");
        foreach (string notice in report.Notices)
        {
            text.Remark($"notice: {SafeText.OneLine(notice)}");
        }
    }
}
