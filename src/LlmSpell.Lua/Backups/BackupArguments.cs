using System.Text;
using System.Text.Unicode;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Backups;

/// <summary>Reads the arguments of backup calls.</summary>
internal static class BackupArguments
{
    internal static string Id(LuaState state, string function)
    {
        LuaArguments arguments = new(state, function);
        arguments.RefuseMethodCall();
        return Encoding.UTF8.GetString(arguments.Bytes(1));
    }

    /// <summary>nil, or a table with depth.</summary>
    internal static ValidationDepth Depth(LuaState state)
    {
        LuaArguments arguments = new(state, "validate_backup");
        ValidationDepth depth = ValidationDepth.Readable;
        switch (LuaApi.TypeOf(state, 2))
        {
            case LuaType.Nil or LuaType.None:
                return depth;
            case LuaType.Table:
                break;
            default:
                throw arguments.WrongType(2, "table");
        }

        LuaApi.PushNil(state);
        while (LuaApi.Next(state, 2) != 0)
        {
            string option = OptionName(state);
            depth = option == "depth" ? OptionDepth(state, arguments) : throw arguments.Wrong(2, $"unknown option '{option}'; there is depth");
            state.Pop();
        }

        return depth;
    }

    /// <summary>The id and the reason of a pin, which may be left out.</summary>
    internal static (string Id, string Reason) Pin(LuaState state)
    {
        string id = Id(state, "pin_backup");
        LuaArguments arguments = new(state, "pin_backup");
        string reason = arguments.OptionalText(2);
        return reason.Length <= BackupService.MaxReasonLength
            ? (id, reason)
            : throw arguments.Wrong(2, $"at most {BackupService.MaxReasonLength} characters are allowed, got {reason.Length}");
    }

    /// <summary>nil, a boolean (incremental), or a table with incremental, description and labels.</summary>
    internal static CreateRequest CreateRequest(LuaState state)
    {
        LuaArguments arguments = new(state, "create_backup");
        CreateRequest request = new();
        switch (LuaApi.TypeOf(state, 1))
        {
            case LuaType.Nil or LuaType.None:
                return request;
            case LuaType.Boolean:
                return request with { Incremental = LuaApi.ToBoolean(state, 1) != 0 };
            case LuaType.Table when IsStateItself(state):
                throw arguments.Wrong(1, "it is State itself, whose functions are called with a dot, not with a colon");
            case LuaType.Table:
                break;
            default:
                throw arguments.WrongType(1, "boolean or table");
        }

        LuaApi.PushNil(state);
        while (LuaApi.Next(state, 1) != 0)
        {
            request = WithOption(request, state, arguments);
            state.Pop();
        }

        // Only now: they make Lua allocate, and a finalizer could change the table that is walked.
        state.Push("labels"u8);
        return LuaApi.RawGet(state, 1) == LuaType.Nil
            ? request
            : request with { Labels = BackupLabelArguments.Read(state, arguments) };
    }

    /// <summary>nil, a boolean (dry run), or a table with dry_run and trust_clock.</summary>
    internal static CleanupRequest CleanupRequest(LuaState state)
    {
        LuaArguments arguments = new(state, "cleanup_backups");
        CleanupRequest request = new();
        switch (LuaApi.TypeOf(state, 1))
        {
            case LuaType.Nil or LuaType.None:
                return request;
            case LuaType.Boolean:
                return request with { DryRun = LuaApi.ToBoolean(state, 1) != 0 };
            case LuaType.Table when IsStateItself(state):
                throw arguments.Wrong(1, "it is State itself, whose functions are called with a dot, not with a colon");
            case LuaType.Table:
                break;
            default:
                throw arguments.WrongType(1, "boolean or table");
        }

        LuaApi.PushNil(state);
        while (LuaApi.Next(state, 1) != 0)
        {
            request = OptionName(state) switch
            {
                "dry_run" => request with { DryRun = OptionBoolean(state, arguments) },
                "trust_clock" => request with { TrustClock = OptionBoolean(state, arguments) },
                string name => throw arguments.Wrong(1, $"unknown option '{name}'; there are dry_run and trust_clock"),
            };
            state.Pop();
        }

        return request;
    }

    /// <summary>Whether the first argument is the global State, as after <c>State:create_backup()</c>.</summary>
    private static bool IsStateItself(LuaState state)
    {
        state.Push("create_backup"u8);
        bool found = LuaApi.RawGet(state, 1) == LuaType.Function;
        state.Pop();
        return found;
    }

    private static CreateRequest WithOption(CreateRequest request, LuaState state, LuaArguments arguments)
    {
        string option = OptionName(state);
        switch (option)
        {
            case "incremental":
                return request with { Incremental = OptionBoolean(state, arguments) };
            case "description" when LuaApi.TypeOf(state, -1) != LuaType.String:
                throw arguments.Wrong(1, $"option 'description': string expected, got {state.TypeNameAt(-1)}");
            case "description":
                string text = Utf8.IsValid(state.StringAt(-1))
                    ? state.TextAt(-1)
                    : throw arguments.Wrong(1, "option 'description' is not valid UTF-8");
                return text.Length <= Backup.CreateRequest.MaxDescriptionLength
                    ? request with { Description = text }
                    : throw arguments.Wrong(1, $"option 'description': at most {Backup.CreateRequest.MaxDescriptionLength} characters are allowed, got {text.Length}");
            case "labels":
                return request;
            default:
                throw arguments.Wrong(1, $"unknown option '{option}'; there are incremental, description and labels");
        }
    }

    private static ValidationDepth OptionDepth(LuaState state, LuaArguments arguments)
    {
        string text = LuaApi.TypeOf(state, -1) == LuaType.String ? state.TextAt(-1) : state.TypeNameAt(-1);
        return text switch
        {
            "present" => ValidationDepth.Present,
            "readable" => ValidationDepth.Readable,
            "restored" => ValidationDepth.Restored,
            _ => throw arguments.Wrong(2, $"option 'depth': 'present', 'readable' or 'restored' expected, got {text}"),
        };
    }

    private static string OptionName(LuaState state) =>
        LuaApi.TypeOf(state, -2) == LuaType.String ? state.TextAt(-2) : $"a {state.TypeNameAt(-2)}";

    private static bool OptionBoolean(LuaState state, LuaArguments arguments) => LuaApi.TypeOf(state, -1) == LuaType.Boolean
        ? LuaApi.ToBoolean(state, -1) != 0
        : throw arguments.Wrong(1, $"option '{OptionName(state)}': boolean expected, got {state.TypeNameAt(-1)}");
}
