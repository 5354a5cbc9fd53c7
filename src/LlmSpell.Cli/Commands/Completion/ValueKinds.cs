namespace LlmSpell.Cli.Commands.Completion;

/// <summary>
/// Tells from a value's name in the help what may stand there, so that a new command completes by itself. A name that is not
/// here is an oversight, and a test finds it.
/// </summary>
internal static class ValueKinds
{
    public static ValueKind? Find(string valueName) => valueName switch
    {
        "FILE" or "ARGS" or "CONFIG" => ValueKind.File,
        "SCRIPT" => ValueKind.Script,
        "FOLDER" or "DIR" => ValueKind.Folder,
        "SCOPE" => ValueKind.Scope,
        "KEY" => ValueKind.Key,
        "ID" or "OTHER" => ValueKind.Backup,
        "COMMAND" => ValueKind.CommandName,
        "CODE" or "TEXT" or "TIME" or "SIZE" or "COUNT" or "VALUE" or "JSON" or "NAME" or "PREFIX" or "KEY=VALUE" or "KEY[=VALUE]" => ValueKind.Free,
        _ => null,
    };
}
