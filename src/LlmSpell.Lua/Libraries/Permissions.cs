using LlmSpell.Lua.Calls;

namespace LlmSpell.Lua.Libraries;

/// <summary>
/// What a script may do outside itself. Asked by the functions that do it, not by what scripts see of them: those a script with the
/// debug library can take apart.
/// </summary>
internal sealed class Permissions(LuaHostOptions options)
{
    internal bool Files { get; } = options.AllowFileAccess && !options.Sandbox;

    internal bool Processes { get; } = options.AllowProcesses && !options.Sandbox;

    internal void DemandFiles()
    {
        if (!Files)
        {
            throw new LuaCallException("file access is switched off (runtime.security.allow_file_access = false)");
        }
    }

    internal void DemandProcesses()
    {
        if (!Processes)
        {
            throw new LuaCallException("starting processes is switched off (runtime.security.allow_process_spawn = false)");
        }
    }
}
